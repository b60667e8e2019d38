import { useEffect } from 'preact/hooks';
import { loadOpPages } from '../inspect/pages.ts';
import { InspectorPanel } from '../inspect/panel.tsx';
import { inspecting } from '../inspect/selection.ts';
import { Fault } from '../parts/fault.tsx';
import { network, picture } from '../state/session.ts';
import { readers, tape } from '../state/tape.ts';
import { GroupOf } from './group.tsx';
import { groups } from './position.ts';
import { RightClass } from './rightClass.tsx';
import { Walk, walkKey } from './walk.tsx';

/** From the loss back to each weight's update, and beside it how one number came to be. */
export function Backward() {
  useEffect(() => {
    readers.value++;
    loadOpPages();
    return () => {
      readers.value--;
    };
  }, []);
  if (network.value === null) return <Fault where="network" />;
  return (
    <div class={`backward${inspecting.value ? ' backward-inspecting' : ''}`}>
      <div class="layers">
        <Fault where="tape" />
        {tape.value === null ? (
          <p class="faint">{picture.value === null ? 'Draw a digit.' : 'A step is being recorded …'}</p>
        ) : (
          <>
            <RightClass />
            <Walk />
            {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows go on from the step that has the focus */}
            <div class="backward-chain" onKeyDown={walkKey}>
              {groups.value.map((group) => (
                <GroupOf key={`${group.phase} ${group.layer}`} group={group} />
              ))}
            </div>
          </>
        )}
      </div>
      <InspectorPanel />
    </div>
  );
}
