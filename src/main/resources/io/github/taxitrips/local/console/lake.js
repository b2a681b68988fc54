// The lake: its files by hour, what they hold, and the table's columns.

import {bytes, el, heads, millis, number, panel, text} from './dom.js';
import {get, told} from './api.js';
import {store, unwatch, watch} from './store.js';

const MOST = 50;

export function lake() {
  const about = told();
  const error = el('p', {class: 'error', role: 'alert', hidden: true});
  const buffers = el('p', {class: 'note', role: 'status'});
  const hours = el('div');
  const view = panel('Lake', 'span8', buffers, error, hours);
  const schema = panel('Columns of ' + about.table, 'span4', el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Columns'}, el('table', {}, heads('Column', 'Type'), el('tbody', {},
    about.columns.map((column) => el('tr', {}, el('td', {class: 'mono'}, column.name), el('td', {}, column.type)))))),
  el('p', {class: 'note'}, 'Partitioned by year, month, day and hour of arrival, in UTC.'));
  let known = '';

  async function load() {
    try {
      const files = await get('lake');
      error.hidden = true;
      hours.replaceChildren(...show(files));
    } catch (e) {
      text(error, e.message);
      error.hidden = false;
    }
  }

  function draw() {
    if (!store.now) {
      return;
    }
    text(buffers, store.now.buffers.map((buffer) => `${buffer.stream}: ${bytes(buffer.bytes)} of ${bytes(buffer.capacity)} buffered`
      + (buffer.dueMillis >= 0 ? `, next file in ${millis(buffer.dueMillis)}` : '')).join(' · '));
    const now = JSON.stringify(store.now.files);
    if (now !== known) {
      known = now;
      load();
    }
  }

  watch(draw);
  return {nodes: [view, schema], close: () => unwatch(draw)};
}

function show(files) {
  if (files.length === 0) {
    return [el('p', {class: 'empty'}, 'No file yet. One is written when its buffer is full or its time is over.')];
  }
  const groups = new Map();
  for (const file of files) {
    const hour = file.path.slice(0, file.path.lastIndexOf('/'));
    groups.set(hour, [...(groups.get(hour) ?? []), file]);
  }
  return [...groups.entries()].reverse().map(([hour, list], i) => el('details', {open: i === 0},
    el('summary', {}, el('span', {class: 'mono'}, hour), ` · ${number(list.length)} files · ${number(sum(list, 'rows'))} rows · ${bytes(sum(list, 'bytes'))}`),
    el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Files of ' + hour}, el('table', {}, heads('File', 'Rows#', 'Bytes#', 'Save'), el('tbody', {},
      [...list].reverse().slice(0, MOST).map((file) => el('tr', {},
        el('td', {class: 'wide'}, file.path.slice(hour.length + 1)), el('td', {class: 'n'}, number(file.rows)), el('td', {class: 'n'}, bytes(file.bytes)),
        el('td', {}, el('a', {href: '/console/api/lake/file?' + new URLSearchParams({path: file.path}), download: '', 'aria-label': 'Save ' + file.path.slice(hour.length + 1)}, 'Save')))))))));
}

function sum(list, member) {
  return list.reduce((all, file) => all + file[member], 0);
}
