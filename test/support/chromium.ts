export { launchChromium } from '../../bench/browser/chromium.ts';
