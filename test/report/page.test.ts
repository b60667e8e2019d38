import { h } from 'preact';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { page } from '../../report/page/page.tsx';

test('what others wrote is escaped, in content and in attributes', () => {
  const name = `<b title="x">Tom & 'Jerry'</b>`;
  const text = page('a page', h('a', { title: name }, name, ['ü<', '漢']));
  const escaped = "&lt;b title=&quot;x&quot;>Tom &amp; 'Jerry'&lt;/b>";
  assert.match(text, `<main><a title="${escaped}">${escaped}ü&lt;漢</a></main>`);
});

test('a page is whole, runs nothing and fetches nothing', () => {
  const text = page('<title> & more', h('p', null, 'x'));
  assert.match(text, /^<!doctype html>\n<html lang="en">/);
  assert.match(text, '<title>&lt;title> &amp; more</title>');
  assert.match(text, /default-src 'none'; img-src data:/);
  assert.match(text, 'prefers-color-scheme: dark');
  assert.match(text, 'font: 15px/1.5 system-ui, "Segoe UI"');
  assert.not.match(text, /<script|https?:|<link|@import|url\(/);
});

test.run();
