// Replay: a generated stream, or a file, with its progress; and pause, resume and cancel.

import {el, figure, millis, number, panel, text} from './dom.js';
import {send} from './api.js';
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
  }, el('p', {}, 'Or drop a file: the TLC’s CSV, JSON lines, either in gzip, or an event. It is sent whole, at the rate above.'), file);
  const bar = el('progress', {max: 1, value: 0, 'aria-label': 'Progress of the replay'});
  const line = el('p', {class: 'note', role: 'status'});
  const pause = el('button', {type: 'button', onclick: () => act(store.now.replay.phase === 'paused' ? 'resume' : 'pause')}, 'Pause');
  const cancel = el('button', {type: 'button', onclick: () => act('cancel')}, 'Cancel');
  const progress = el('div', {hidden: true, id: 'progress'}, el('div', {class: 'row end'}, pause, cancel, line), bar);
  const error = el('p', {class: 'error', role: 'alert', hidden: true});
  const view = panel('Replay', 'span6', form, zone, progress, error);
  view.id = 'replay';

  function wish() {
    const data = new FormData(form);
    return {
      records: Number(data.get('records')), rate: Number(data.get('rate')), seed: Number(data.get('seed')),
      unclean: Number(data.get('unclean')) / 100, duplicates: Number(data.get('duplicates')) / 100,
      aggregated: data.has('aggregated'),
    };
  }

  async function attempt(action) {
    error.hidden = true;
    try {
      return await action();
    } catch (e) {
      text(error, e.message);
      error.hidden = false;
      return null;
    }
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

  function act(what) {
    return attempt(() => send('POST', 'replay/' + what));
  }

  function draw() {
    const run = store.now?.replay;
    progress.hidden = !run;
    if (!run) {
      return;
    }
    const under = run.phase === 'running' || run.phase === 'paused';
    pause.hidden = cancel.hidden = !under;
    text(pause, run.phase === 'paused' ? 'Resume' : 'Pause');
    if (run.total > 0) {
      bar.value = run.done / run.total;
    } else {
      bar.value = under ? 0 : 1;
    }
    const rate = run.records / Math.max(0.001, run.millis / 1000);
    const left = run.total > 0 && run.done > 0 ? (run.total - run.done) * run.millis / run.done : 0;
    text(line, [
      `${number(run.records)} ${run.what}`, run.phase, `${figure(rate)}/s`,
      under && left ? millis(left) + ' left' : null, run.unclean ? number(run.unclean) + ' unclean' : null,
      run.duplicates ? number(run.duplicates) + ' copies' : null, run.throttled ? number(run.throttled) + ' sent again' : null, run.trouble,
    ].filter(Boolean).join(' · '));
  }

  watch(draw);
  return {nodes: [view], close: () => unwatch(draw)};
}
