/** Label → the name of its class. Labels of the same name are one class. */
export type Mapping = ReadonlyMap<number, string>;

const inOrder = (names: Iterable<string>): Mapping => new Map([...names].map((name, label) => [label, name]));

/** The classes of sets that come without a mapping file, in the order that their authors give. */
export const mappings: Readonly<Record<string, Mapping>> = {
  'fashion-mnist': inOrder([
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ]),
  kmnist: inOrder('おきすつなはまやれを'),
  capitals: inOrder('ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
};
