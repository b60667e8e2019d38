import { readFileSync } from 'node:fs';

const s = readFileSync(process.argv[2], 'utf8').split('\n');
let cur = '',
  n = {};
for (const l of s) {
  if (/^(var|function|async function|class|import|[A-Za-z_]\S*\()/.test(l)) cur = l.slice(0, 90);
  n[cur] = (n[cur] || 0) + l.length + 1;
}
for (const [k, v] of Object.entries(n)
  .sort((a, b) => b[1] - a[1])
  .slice(0, Number(process.argv[3])))
  console.log(v, k);
