import { computed, effect } from '@preact/signals';
import { type Address, plainAddress } from '../../address/plain.ts';
import { onDesk, write } from '../draw/sources.ts';
import { base, bases, openBase } from './bases.ts';
import { freshNetwork } from './networks.ts';
import { view } from './route.ts';
import { attempt, chooseDevice, device, network, say } from './session.ts';
import { data, images, keepsWeights, settings } from './settings.ts';

/** Milliseconds of rest before the address is written: a slider that moves would have it written too often. */
const REST = 200;

/** What reads and writes addresses: the first view needs neither. */
const written = () => import('../../address/address.ts');

/** Whether the weights are those that the base comes with. */
const isOfBase = computed(
  () => network.value !== null && !network.value.isFresh && network.value.name === base.value.name,
);

/** All that the page is reproduced from; null while it begins. */
const current = computed((): Address | null => {
  if (network.value === null || device.value === null) return null;
  return {
    ...{ view: view.value, base: base.value },
    model: network.value.plan.model,
    ...{ isFresh: !isOfBase.value, keepsWeights: keepsWeights.value },
    ...{ settings: settings.value, images: { data: data.value, images: images.value } },
    ...{ device: device.value.kind, written: onDesk.value },
  };
});

/** What a link to the page leaves out; null where it has all. */
export const leftOut = computed((): string | null => {
  if (data.value === 'own') return 'The link has all but your pictures.';
  if (network.value === null || network.value.isFresh || isOfBase.value) return null;
  return `The link has the layers and the settings of ${network.value.name}, not its weights; save those as a file.`;
});

/** A link that opens the page as it is. */
export async function link(): Promise<string> {
  const url = new URL(location.href);
  if (current.value !== null) url.hash = await (await written()).writeAddress(current.value);
  return url.href;
}

/** Puts the page as an address says; where that is malformed, as it begins. */
async function show(text: string): Promise<void> {
  let address: Address;
  try {
    address = plainAddress(text, bases.value) ?? (await (await written()).readAddress(text, bases.value));
    say('address', null);
  } catch (error) {
    address = plainAddress('', bases.value)!;
    say(
      'address',
      `The address cannot be followed (${(error as Error).message}); this is the page as it begins.`,
    );
  }
  await take(address);
}

async function take(address: Address): Promise<void> {
  view.value = address.view;
  await takeDevice(address);
  const { base, model, isFresh, settings } = address;
  await openBase(base, { isFresh, settings });
  data.value = address.images.data;
  images.value = address.images.images;
  keepsWeights.value = address.keepsWeights;
  if (model !== null) await attempt('network', () => freshNetwork(model));
  if (address.written !== null) write(address.written.digit, address.written.hand);
}

async function takeDevice({ device: kind }: Address): Promise<void> {
  if (kind !== null && kind === device.value?.kind) return;
  await chooseDevice(kind ?? undefined);
  if (device.value !== null) return;
  await chooseDevice();
  say(
    'address',
    `This browser has no ${kind}; it computes on ${device.value!.kind}, where losses differ in their last digits.`,
  );
}

/** Puts the page as its address says, and keeps the address as the page is. */
export async function followAddress(): Promise<void> {
  await show(location.hash.slice(1));
  window.addEventListener('hashchange', () => {
    // Entries of the history that the page has written are gone back to for their views alone.
    const isOther = history.state?.written !== true && location.hash.includes('?');
    if (isOther) void attempt('address', () => show(location.hash.slice(1)));
    else keep();
  });
  effect(keep);
}

let resting: ReturnType<typeof setTimeout> | undefined;

function keep(): void {
  const { value } = current;
  if (value === null) return;
  clearTimeout(resting);
  resting = setTimeout(async () => {
    const text = await (await written()).writeAddress(value);
    if (value === current.value) history.replaceState({ written: true }, '', `#${text}`);
  }, REST);
}
