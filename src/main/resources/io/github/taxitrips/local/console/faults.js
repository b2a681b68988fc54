// Faults as sliders that act at once.

import {el, panel, text} from './dom.js';
import {get, send} from './api.js';

const SHARES = [
  ['throttled-records', 'Firehose: throttled records'],
  ['failed-calls', 'Firehose: failed calls'],
  ['kinesis-throttled-records', 'Kinesis: throttled records'],
  ['kinesis-failed-calls', 'Kinesis: failed calls'],
  ['lost-environments', 'Function: environments that die'],
];
const CODES = [
  ['ServiceUnavailableException', 'throttled'],
  ['InternalFailure', 'fault inside the service'],
  ['ConnectionReset', 'connection reset'],
  ['AccessDeniedException', 'access denied'],
];
const LONGEST = 5000;

export function faults() {
  const error = el('p', {class: 'error', role: 'alert', hidden: true});
  const sliders = {};
  const box = el('div', {class: 'sliders'});
  for (const [name, label] of SHARES) {
    sliders[name] = slider(name, label, 100, (value) => value + ' %', (value) => ({[name]: value / 100}));
  }
  sliders.latency = slider('latency', 'Both: latency of a call', LONGEST, (value) => value + ' ms', (value) => ({latency: value + 'ms'}));
  sliders.latency.input.step = 50;
  const code = el('select', {id: 'error-code', onchange: () => change({'error-code': code.value})},
    CODES.map(([value, words]) => el('option', {value}, `${value} (${words})`)));
  const none = el('button', {type: 'button', onclick: () => change({
    'throttled-records': 0, 'failed-calls': 0, 'kinesis-throttled-records': 0, 'kinesis-failed-calls': 0, 'lost-environments': 0, latency: '0ms',
    'error-code': 'ServiceUnavailableException',
  })}, 'No faults');
  box.append(...Object.values(sliders).map((one) => one.node));
  const view = panel('Faults', 'span6', box,
    el('div', {class: 'row end'}, el('label', {class: 'field', for: 'error-code'}, 'Firehose fails with'), code, none), error);
  view.id = 'faults';

  function slider(name, label, max, write, wanted) {
    const id = 'fault-' + name;
    const output = el('output', {for: id}, write(0));
    const show = () => {
      text(output, write(input.value));
      output.dataset.tone = Number(input.value) > 0 ? 'bad' : '';
    };
    const input = el('input', {id, type: 'range', min: 0, max, value: 0, oninput: show, onchange: () => change(wanted(Number(input.value)))});
    return {node: el('div', {class: 'slider'}, el('label', {for: id}, label), output, input), input, show};
  }

  function show(now) {
    for (const [name] of SHARES) {
      sliders[name].input.value = Math.round(now[name] * 100);
      sliders[name].show();
    }
    sliders.latency.input.value = /^\d+ms$/.test(now.latency) ? parseInt(now.latency, 10) : 0;
    sliders.latency.show();
    if (![...code.options].some((option) => option.value === now['error-code'])) {
      code.append(el('option', {value: now['error-code']}, now['error-code']));
    }
    code.value = now['error-code'];
  }

  async function attempt(action) {
    try {
      show(await action());
      error.hidden = true;
    } catch (e) {
      text(error, e.message);
      error.hidden = false;
    }
  }

  const change = (changes) => attempt(() => send('PUT', 'faults', changes));
  attempt(() => get('faults'));
  // The terminal and the tour change faults as well.
  const looks = setInterval(() => {
    if (!view.contains(document.activeElement) && !document.hidden) {
      attempt(() => get('faults'));
    }
  }, 5000);
  return {nodes: [view], close: () => clearInterval(looks)};
}
