// The page's frame: which view is shown, and whether the server is there.

import {el, text} from './dom.js';
import {hello, listen, on} from './api.js';
import {start} from './store.js';
import {charts} from './charts.js';
import {faults} from './faults.js';
import {flow} from './flow.js';
import {invocations} from './invocations.js';
import {map} from './map.js';
import {replay} from './replay.js';
import {settings} from './settings.js';

/** The views by their hash: title, what they are made of, and a class. Those that are seldom opened load when they are. */
const VIEWS = {
  overview: ['Overview', () => [flow(), map(), charts(), replay(), faults(), settings(), invocations(8)]],
  map: ['Map', () => [map('')]],
  tail: ['Tail', async () => [(await import('./tail.js')).tail()]],
  invocations: ['Invocations', () => [invocations()]],
  verdicts: ['Verdicts', async () => [(await import('./verdicts.js')).verdicts()]],
  sql: ['SQL', async () => [await (await import('./sql.js')).sql()]],
  rejected: ['Rejected', async () => [(await import('./rejected.js')).rejected()]],
  lake: ['Lake', async () => [(await import('./lake.js')).lake()]],
};

const content = document.getElementById('content');
const link = document.getElementById('link');
const gone = document.getElementById('gone');
let open = [];

async function show() {
  const asked = location.hash.slice(1) || 'overview';
  if (!VIEWS[asked]) {
    return;
  }
  const [title, make] = VIEWS[asked];
  for (const item of document.querySelectorAll('#views a')) {
    if (item.hash === '#' + asked) {
      item.setAttribute('aria-current', 'page');
    } else {
      item.removeAttribute('aria-current');
    }
  }
  document.title = title + ' · Taxi Trips';
  open.forEach((part) => part.close());
  open = [];
  let parts;
  try {
    parts = await make();
  } catch (e) {
    parts = [{nodes: [el('p', {class: 'panel error', role: 'alert'}, 'This view could not be loaded; choose it again once the server is back.')], close() {}}];
  }
  if (asked !== (location.hash.slice(1) || 'overview')) {
    parts.forEach((part) => part.close());
    return;
  }
  open = parts;
  content.replaceChildren(el('div', {class: 'view ' + asked + 'view'}, parts.flatMap((part) => part.nodes)));
  parts.forEach((part) => part.shown?.());
}

document.getElementById('views').append(el('ul', {}, Object.entries(VIEWS).map(([hash, [title]]) => el('li', {}, el('a', {href: '#' + hash}, title)))));
document.getElementById('take').addEventListener('click', async () => (await import('./tour.js')).tour());
addEventListener('hashchange', () => {
  show().then(() => content.focus({preventScroll: true}));
  scrollTo(0, 0);
});

on('link', (state) => {
  link.dataset.state = state;
  text(link, state === 'live' ? 'Live' : 'Server is gone');
  gone.hidden = state === 'live';
  text(gone, state === 'live' ? '' : 'The server does not answer. What is shown is from before; the page goes on by itself when the server is back.');
});

start();
try {
  await hello();
} catch (e) {
  // The connection below says so, and tries again.
}
await show();
listen();
