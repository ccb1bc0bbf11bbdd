// usage: run.mjs FILE. Exit code 77 where the browser or npm's packages are not there.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

const packages = process.env.RFC2217_PACKAGES ?? '';
for (const needed of ['/usr/bin/chromium', join(packages, 'node_modules/playwright-core'), join(packages, 'node_modules/axe-core')]) {
  if (existsSync(needed)) continue;
  console.log(`skipped: there is no ${needed}`);
  process.exit(77);
}
await import(join(process.cwd(), process.argv[2]));
