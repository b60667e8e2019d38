// Pages of docs/ are listed by their headings, and not by the names of their files.
import { Converter } from 'typedoc';

export function load({ converter }) {
  converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, page) => {
    const [heading] = page.content;
    const [, title] = /^# (.+)$/m.exec(heading?.text ?? '') ?? [];
    if (title !== undefined) page.name = title;
  });
}
