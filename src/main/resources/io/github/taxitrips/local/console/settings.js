// Settings of the function and of the mapping that act at once, and what a change does to the bill and to duplicates.

import {clock, el, figure, number, panel, text} from './dom.js';
import {get, inOrder, send} from './api.js';
import {countDuplicates, month, store, unwatch, watch} from './store.js';

const MAPPING = 'taxi-trips.local.mapping.';
const OVER = 10;

/** When the settings changed last, and the duplicates in the lake then; kept when the panel is left. */
let since = {changed: undefined, duplicates: null};

const SIZES = {B: 1 / 1024, KB: 1};
const TIMES = {ns: 1e-9, ms: 0.001, s: 1};

/** Makes a number of a text with a unit: '64KB'. */
function inUnits(value, units) {
  const [, digits, unit] = /^(\d+)([A-Za-z]+)$/.exec(value);
  return Number((Number(digits) * units[unit]).toPrecision(12));
}

export function settings() {
  const error = el('p', {class: 'error', role: 'alert', hidden: true});
  const controls = [];
  const sets = el('div', {class: 'settings'},
    el('fieldset', {}, el('legend', {}, 'Function'),
      choice('taxi-trips.on-exhausted', 'When no retry is left', [['fail-batch', 'raise: fail-batch'], ['report-failures', 'answer: report-failures']]),
      el('div', {class: 'fields'},
        amount('taxi-trips.retry.max-retries', 'Retries', {min: 0, max: 10}),
        amount('taxi-trips.retry.memory', 'Memory, records', {min: 0, max: 1000000})),
      tick('taxi-trips.packing.enabled', 'Packing'),
      el('div', {class: 'fields'}, amount('taxi-trips.packing.max-record-size', 'Record size, KB', {min: 1, max: 1000, step: 'any'},
        (value) => inUnits(value, SIZES), (value) => Math.round(value * 1024) + 'B'))),
    el('fieldset', {}, el('legend', {}, 'Mapping'),
      el('div', {class: 'fields'},
        amount(MAPPING + 'batch-size', 'Batch size', {min: 1, max: 10000}),
        amount(MAPPING + 'maximum-batching-window', 'Window, s', {min: 0, max: 300, step: 'any'},
          (value) => inUnits(value, TIMES), (value) => Math.round(value * 1000) + 'ms'),
        amount(MAPPING + 'maximum-retry-attempts', 'Retries, −1 for ever', {min: -1, max: 10000})),
      tick(MAPPING + 'bisect-batch-on-function-error', 'Bisection'),
      tick(MAPPING + 'report-batch-item-failures', 'Partial response')));
  const effect = table();
  const started = el('button', {type: 'button', onclick: () => attempt(() => order.change(async () => send('PUT', 'settings', (await get('settings')).started)))}, 'As started');
  const view = panel('Settings', 'span6', sets, el('div', {class: 'row end'}, started,
    el('p', {class: 'note'}, 'A change of the function starts new environments, whose memory is empty.')), error, effect.node);
  view.id = 'settings';

  function choice(name, label, options) {
    const input = el('select', {name, onchange: () => change(name, input.value)}, options.map(([value, words]) => el('option', {value}, words)));
    controls.push({name, show: (value) => { input.value = value; }});
    return el('label', {class: 'field'}, label, input);
  }

  function tick(name, label) {
    const input = el('input', {type: 'checkbox', name, onchange: () => change(name, input.checked)});
    controls.push({name, show: (value) => { input.checked = value; }});
    return el('label', {class: 'field check'}, input, label);
  }

  function amount(name, label, limits, read = Number, write = Number) {
    const input = el('input', {type: 'number', name, ...limits, onchange: () => change(name, input.value === '' ? '' : write(Number(input.value)))});
    controls.push({name, show: (value) => { input.value = read(value); }});
    return el('label', {class: 'field'}, label, input);
  }

  function show(now) {
    const values = {...now.function, ...now.mapping};
    controls.forEach((one) => one.show(values[one.name]));
    started.disabled = Object.entries(now.started).every(([name, value]) => values[name] === value);
    if (since.changed !== now.changed) {
      const mine = since = {changed: now.changed, duplicates: store.duplicates};
      countDuplicates(true).then(() => { mine.duplicates = store.duplicates; });
    }
    draw();
  }

  /** Does something and shows what came of it; what is said of a change stays until the next one. */
  async function attempt(action, looks = false) {
    try {
      await action();
      error.hidden = error.hidden || !looks || error.dataset.looks === 'true';
    } catch (e) {
      text(error, e.message);
      error.dataset.looks = looks;
      error.hidden = false;
    }
  }

  const order = inOrder(show);
  const change = (name, value) => attempt(() => order.change(() => send('PUT', 'settings', {[name]: value})));
  const look = () => attempt(() => order.look(() => get('settings')), true);

  function draw() {
    since.duplicates ??= store.duplicates;
    effect.show(since);
  }

  look();
  // The terminal and the tour change settings as well; who types is left alone.
  const looks = setInterval(() => {
    const typing = document.activeElement;
    if (!document.hidden && !(view.contains(typing) && typing.type === 'number')) {
      look();
    }
  }, 3000);
  watch(draw);
  return {nodes: [view], close: () => { clearInterval(looks); unwatch(draw); }};
}

/** Bytes of trips and billed bytes of the last ten of these seconds up to the last in which there were any; null if none. */
function lately(seconds) {
  const end = seconds.findLastIndex((second) => second.measures.payloadBytes > 0) + 1;
  const last = seconds.slice(Math.max(0, end - OVER), end);
  const sum = (measure) => last.reduce((all, second) => all + (second.measures[measure] || 0), 0);
  return end === 0 ? null : {factor: sum('billedBytes') / sum('payloadBytes'), month: month(sum('billedBytes') / last.length)};
}

function table() {
  const names = ['Billed for actual', 'A month at this rate', 'Duplicates in the lake'];
  const cells = names.map(() => [el('td', {class: 'n'}), el('td', {class: 'n'})]);
  const head = el('th', {scope: 'col', class: 'n'});
  const note = el('p', {class: 'note'});
  const node = el('div', {class: 'effect', id: 'effect'}, el('table', {},
    el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'Effect'), el('th', {scope: 'col', class: 'n'}, 'Before'), head)),
    el('tbody', {}, names.map((name, i) => el('tr', {}, el('th', {scope: 'row'}, name), cells[i])))), note);
  return {
    node,
    show({changed, duplicates}) {
      const at = changed ? Date.parse(changed) : Infinity;
      const before = lately(store.seconds.filter((second) => Date.parse(second.at) <= at));
      // The second of the change has some of both; it counts where there is no other.
      const since = (from) => lately(store.seconds.filter((second) => Date.parse(second.at) > from));
      const after = since(at + 1000) ?? since(at);
      text(head, changed ? 'Since ' + clock(changed) : 'Since a change');
      [before, after].forEach((one, column) => {
        text(cells[0][column], one ? one.factor.toFixed(1) + ' ×' : '–');
        text(cells[1][column], one ? '$' + figure(one.month) : '–');
      });
      text(cells[2][0], duplicates == null ? '–' : number(changed ? duplicates : store.duplicates));
      text(cells[2][1], !changed || duplicates == null || store.duplicates == null ? '–' : '+' + number(store.duplicates - duplicates));
      text(note, changed ? 'Of the last ten seconds with trips on either side of the change.' : 'Change something while records pass, and compare.');
    },
  };
}
