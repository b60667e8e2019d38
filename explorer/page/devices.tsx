import { signal } from '@preact/signals';
import { type DeviceKind, deviceKinds } from '../lab/deviceKinds.ts';
import { Fault } from './parts/fault.tsx';
import { lab } from './state/lab.ts';
import { attempt, chooseDevice, device, network } from './state/session.ts';

/** Images per second of each device that was measured, of the network that it was measured with. */
const speeds = signal<Partial<Record<DeviceKind, { readonly of: string; readonly perSecond: number }>>>({});
const isMeasuring = signal(false);

/** What computes, the switch to something else, and how fast each is. */
export function Devices() {
  const facts = device.value;
  return (
    <fieldset class="devices">
      <legend>Computes on</legend>
      {deviceKinds.map((kind) => (
        <label key={kind} title={facts?.found[kind].note}>
          <input
            type="radio"
            name="device"
            value={kind}
            checked={facts?.kind === kind}
            disabled={!facts?.found[kind].there}
            onChange={() => void chooseDevice(kind)}
          />{' '}
          {kind} <small>{speedOf(kind)}</small>
        </label>
      ))}
      <button
        type="button"
        disabled={isMeasuring.value || network.value === null}
        onClick={() => void measure()}
      >
        {isMeasuring.value ? 'measuring …' : 'How fast?'}
      </button>
      <Fault where="device" />
    </fieldset>
  );
}

const speedOf = (kind: DeviceKind): string => {
  const speed = speeds.value[kind];
  if (speed === undefined || speed.of !== network.value?.name) return '';
  return `${Math.round(speed.perSecond).toLocaleString('en')}/s`;
};

/** Reads images on each device in turn, and comes back to the one that was open. */
async function measure(): Promise<void> {
  const before = device.value!;
  isMeasuring.value = true;
  await attempt('device', async () => {
    for (const kind of deviceKinds.filter((each) => before.found[each].there)) {
      device.value = await lab.open(kind);
      const speed = { of: network.value!.name, perSecond: await lab.speed() };
      speeds.value = { ...speeds.value, [kind]: speed };
    }
  });
  isMeasuring.value = false;
  await chooseDevice(before.kind);
}
