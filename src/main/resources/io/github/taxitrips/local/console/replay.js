// Replay: a generated stream, or a file, with its progress; and pause, resume and cancel.

import {attempts, el, panel} from './dom.js';
import {send} from './api.js';
import {progress} from './progress.js';
import {store, unwatch, watch} from './store.js';

export function replay() {
  const field = (name, label, value, attributes) => el('label', {class: 'field'}, label,
    el('input', {name, value, type: 'number', required: true, ...attributes}));
  const form = el('form', {onsubmit: begin},
    el('div', {class: 'fields'},
      field('records', 'Records', 20000, {min: 1, max: 10000000}),
      field('rate', 'Records/s, 0 for all', 2000, {min: 0, max: 100000}),
      field('unclean', 'Unclean, %', 5, {min: 0, max: 100, step: 'any'}),
      field('duplicates', 'Duplicates, %', 0, {min: 0, max: 100, step: 'any'}),
      field('seed', 'Seed', 1, {min: 0}),
      el('label', {class: 'field check'}, el('input', {type: 'checkbox', name: 'aggregated'}), 'Aggregated (KPL)')),
    el('div', {class: 'row end'}, el('button', {class: 'primary', id: 'start'}, 'Start the replay')));
  const file = el('input', {type: 'file', 'aria-label': 'A file to send', onchange: () => drop(file.files)});
  const zone = el('div', {
    class: 'drop',
    ondragover: (event) => { event.preventDefault(); zone.dataset.over = true; },
    ondragleave: () => { zone.dataset.over = false; },
    ondrop: (event) => { event.preventDefault(); zone.dataset.over = false; drop(event.dataTransfer.files); },
  }, el('p', {}, 'Or drop a file: the TLC’s CSV, JSON lines, either in gzip, or an event. It is sent whole, at the rate and with the shares above.'), file);
  const {error, attempt} = attempts();
  const run = progress(attempt);
  run.node.id = 'progress';
  const view = panel('Replay', 'span6', form, zone, run.node, error);
  view.id = 'replay';

  function wish() {
    const data = new FormData(form);
    return {
      records: Number(data.get('records')), rate: Number(data.get('rate')), seed: Number(data.get('seed')),
      unclean: Number(data.get('unclean')) / 100, duplicates: Number(data.get('duplicates')) / 100,
      aggregated: data.has('aggregated'),
    };
  }

  function begin(event) {
    event.preventDefault();
    return attempt(() => send('POST', 'replay', wish()));
  }

  function drop(files) {
    if (files.length) {
      const {rate, unclean, duplicates, aggregated} = wish();
      return attempt(() => send('POST', 'replay/file?' + new URLSearchParams({name: files[0].name, rate, unclean, duplicates, aggregated}), files[0]))
        .then(() => { file.value = ''; });
    }
    return null;
  }

  function draw() {
    run.draw(store.now?.replay);
  }

  watch(draw);
  return {nodes: [view], close: () => unwatch(draw)};
}
