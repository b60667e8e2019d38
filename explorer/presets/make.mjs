// Trains the networks again that the page comes with: `npm run presets`, or one of them, `npm run presets tiny`. Each has
// its settings in trained/NAME.toml; what comes of them, best.safetensors of the run, becomes trained/NAME.safetensors.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const trained = join(root, 'explorer/presets/trained');
const all = readdirSync(trained).filter((name) => name.endsWith('.toml'));
const asked = process.argv.slice(2);

for (const name of all.map((file) => basename(file, '.toml'))) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const folder = mkdtempSync(join(tmpdir(), 'inkgrad-preset-'));
  const run = join(folder, name);
  const flags = ['--config', join(trained, `${name}.toml`), '--device', 'wasm', '--out', run, '--json'];
  const start = performance.now();
  const said = execFileSync(process.execPath, ['dist/cli.js', 'train', ...flags], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  copyFileSync(join(run, 'checkpoints/best.safetensors'), join(trained, `${name}.safetensors`));
  rmSync(folder, { recursive: true });
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${name}: accuracy ${JSON.parse(said).test.accuracy} in ${seconds} s`);
}
