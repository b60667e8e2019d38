import { count } from '../../../pipeline/data/dataset.ts';
import {
  type DeviceName,
  type DeviceProfile,
  deviceNames,
} from '../../../pipeline/node/devices/deviceNames.ts';
import { openDevice } from '../../../pipeline/node/devices/devices.ts';
import { checkSameData, loadOptionsOf, type Resumable } from '../../../pipeline/node/runs/resumable.ts';
import type { RunInput } from '../../../pipeline/node/runs/runTraining.ts';
import { grouped } from '../../../pipeline/text/grouped.ts';
import { visible } from '../../../pipeline/text/visible.ts';
import type { Settings } from '../../../pipeline/train/settings.ts';
import { withFlags } from '../../../report/flags.ts';
import { version } from '../../../report/version.ts';
import { loadWithProgress } from '../../loadData.ts';
import { note } from '../../output.ts';

/** Where a run goes on. */
interface Where {
  /** as before when left out */
  readonly device?: DeviceName | undefined;
  readonly deviceProfile?: DeviceProfile;
  readonly threads?: number | undefined;
  readonly revectorize?: boolean;
  readonly cache?: boolean;
}

/**
 * Loads the data of a run that is gone on with, opens a device, and tells of both; the device is the caller's to close.
 *
 * @throws PipelineError where the data has changed
 */
export async function goOn(
  resumable: Resumable,
  settings: Settings,
  { device: wanted, deviceProfile, threads, revectorize, cache }: Where,
): Promise<Omit<RunInput, 'signal'>> {
  const { path, config, last } = resumable;
  const [source, loading] = loadOptionsOf(resumable);
  const data = await loadWithProgress(source, { ...loading, threads, cache });
  checkSameData(resumable, data);
  const name = wanted ?? deviceNames.find((known) => known === config.device) ?? 'auto';
  const reopen = () =>
    openDevice(name, { ...(deviceProfile && { profile: deviceProfile }), threads, revectorize });
  const device = await reopen();
  if (device.kind !== config.device)
    note(`begun on ${config.device}, going on on ${device.kind}: the last digits of numbers will differ`);
  note(
    `run     ${visible(path)}, ${grouped(last.step)} steps done, epoch ${last.progress.epoch} of ${settings.epochs}`,
  );
  note(
    `data    ${source}, ${grouped(count(data.train))} training and ${grouped(count(data.test))} test images`,
  );
  for (const remark of data.remarks ?? []) note(`        ${withFlags(remark)}`);
  note(`device  ${device.kind} (${device.adapter})`);
  const about = { inkgrad: version, node: process.version, started: new Date().toISOString() };
  const { model } = last;
  return { device, reopen, tune: true, model, data, settings, out: path, from: last, about };
}
