// How the pages of docs/ are listed: below what can be imported, and by their headings, not by the names of their files.
import { Converter } from 'typedoc';

export function load({ converter }) {
  converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, page) => {
    const [, title] = /^# (.+)$/m.exec(page.content[0]?.text ?? '') ?? [];
    if (title !== undefined) page.name = title;
  });
  converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    project.childrenIncludingDocuments = [...(project.children ?? []), ...(project.documents ?? [])];
  });
}
