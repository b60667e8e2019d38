import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { html, Markup } from '../../report/page/html.ts';
import { page } from '../../report/page/page.ts';

test('text is escaped, in content and in attributes', () => {
  const name = `<b title="x">Tom & 'Jerry'</b>`;
  const { text } = html`<a title="${name}">${name}</a>`;
  const escaped = '&lt;b title=&quot;x&quot;&gt;Tom &amp; &#39;Jerry&#39;&lt;/b&gt;';
  assert.is(text, `<a title="${escaped}">${escaped}</a>`);
});

test('markup is left as it is, lists are joined, null is left out, numbers and letters of any script stay', () => {
  const items = ['a<', 'ü', '漢'].map((each) => html`<li>${each}</li>`);
  assert.is(
    html`<ul>${items}</ul>${null}${0}${new Markup('<hr>')}`.text,
    '<ul><li>a&lt;</li><li>ü</li><li>漢</li></ul>0<hr>',
  );
  assert.is(html`${[]}${['<', [1, null]]}`.text, '&lt;1');
});

test('nothing that was escaped is escaped again', () => {
  const once = html`${'&amp;'}`;
  assert.is(once.text, '&amp;amp;');
  assert.is(html`${once}`.text, once.text);
});

test('a page is whole, runs nothing and fetches nothing', () => {
  const text = page('<title> & more', html`<p>${'x'}</p>`);
  assert.match(text, /^<!doctype html>\n<html lang="en">/);
  assert.match(text, '<title>&lt;title&gt; &amp; more</title>');
  assert.match(text, /default-src 'none'; img-src data:/);
  assert.match(text, 'prefers-color-scheme: dark');
  assert.not.match(text, /<script|https?:|<link|@import|url\(/);
});

test.run();
