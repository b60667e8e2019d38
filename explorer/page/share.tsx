import { useState } from 'preact/hooks';
import { leftOut, link } from './state/address.ts';

/** Copies a link that opens the page as it is, and says what that leaves out. */
export function Share() {
  const [said, say] = useState('');
  const copy = async () => {
    const text = await link();
    try {
      await navigator.clipboard.writeText(text);
      say(leftOut.value ?? 'The link is copied.');
    } catch {
      // A page that is not served securely, or to which the browser gives no clipboard.
      say('The browser lets the page copy nothing; its address is the same link.');
    }
  };
  return (
    <span class="share">
      <button type="button" data-part="link" onClick={() => void copy()}>
        Copy link
      </button>{' '}
      <span class="faint" role="status">
        {said}
      </span>
    </span>
  );
}
