// Faults by service and operation, as sliders that act at once.

import {attempts, el, panel, text} from './dom.js';
import {get, inOrder, send} from './api.js';

/** No fault at all. */
export const CALM = {
  'throttled-records': 0, 'failed-calls': 0, 'reset-calls': 0, latency: '0ms', 'error-code': 'ServiceUnavailableException',
  'kinesis-throttled-records': 0, 'kinesis-failed-calls': 0, 'kinesis-reset-calls': 0, 'kinesis-latency': '0ms',
  operations: [], 'lost-environments': 0,
};

/** What befalls the calls of a service, by the name without the service's. */
const SHARES = [['throttled-records', 'Throttled records'], ['failed-calls', 'Failed calls'], ['reset-calls', 'Reset connections']];
const SERVICES = [
  ['Firehose', '', ['firehose:PutRecordBatch', 'firehose:PutRecord']],
  ['Kinesis', 'kinesis-', ['kinesis:PutRecords', 'kinesis:PutRecord', 'kinesis:GetRecords']],
];
const CODES = [
  ['ServiceUnavailableException', 'throttled'],
  ['InternalFailure', 'fault inside the service'],
  ['ConnectionReset', 'connection reset'],
  ['AccessDeniedException', 'access denied'],
];
const LONGEST = 5000;

export function faults() {
  const {error, attempt} = attempts();
  const sliders = {};
  const operations = {};
  const code = el('select', {id: 'error-code', onchange: () => change({'error-code': code.value})},
    CODES.map(([value, words]) => el('option', {value}, `${value} (${words})`)));
  const groups = SERVICES.map(([service, prefix, names]) => el('fieldset', {}, el('legend', {}, service),
    el('div', {class: 'sliders'},
      SHARES.map(([name, label]) => share(prefix + name, service, label)),
      latency(prefix + 'latency', service)),
    el('div', {class: 'row checks'}, names.map((name) => operation(name))),
    prefix === '' && el('div', {class: 'row'}, el('label', {class: 'field', for: 'error-code'}, 'Throttled and failed with'), code)));
  const none = el('button', {type: 'button', onclick: () => change(CALM)}, 'No faults');
  const view = panel('Faults', 'span6', ...groups,
    el('fieldset', {}, el('legend', {}, 'Function'), el('div', {class: 'sliders'}, share('lost-environments', 'Function', 'Environments that die'))),
    el('div', {class: 'row end'}, none, el('p', {class: 'note'}, 'Only the operations that are ticked suffer.')), error);
  view.id = 'faults';

  function share(name, service, label) {
    return slider(name, service, label, 100, 1, (value) => value + ' %', (value) => ({[name]: value / 100}), (now) => Math.round(now * 100));
  }

  function latency(name, service) {
    return slider(name, service, 'Latency of a call', LONGEST, 50, (value) => value + ' ms', (value) => ({[name]: value + 'ms'}),
      (now) => (/^\d+ms$/.test(now) ? parseInt(now, 10) : 0));
  }

  function slider(name, service, label, max, step, write, wanted, read) {
    const id = 'fault-' + name;
    const output = el('output', {for: id}, write(0));
    const show = () => {
      text(output, write(input.value));
      output.dataset.tone = Number(input.value) > 0 ? 'bad' : '';
    };
    const input = el('input', {id, type: 'range', min: 0, max, step, value: 0, 'aria-label': `${label}: ${service}`, oninput: show, onchange: () => change(wanted(Number(input.value)))});
    sliders[name] = {show: (now) => { input.value = read(now); show(); }};
    return el('div', {class: 'slider'}, el('label', {for: id}, label), output, input);
  }

  function operation(name) {
    const input = el('input', {type: 'checkbox', checked: true, 'data-operation': name, onchange: () => suffer(input)});
    operations[name] = input;
    return el('label', {class: 'check'}, input, name.replace(/.*:/, ''));
  }

  function suffer(input) {
    const ticked = Object.keys(operations).filter((name) => operations[name].checked);
    if (ticked.length === 0) {
      input.checked = true;
      return attempt(() => Promise.reject(new Error('One operation has to suffer; “No faults” spares them all.')));
    }
    return change({operations: ticked.length === Object.keys(operations).length ? [] : ticked});
  }

  function show(now) {
    for (const [name, one] of Object.entries(sliders)) {
      one.show(now[name]);
    }
    for (const [name, input] of Object.entries(operations)) {
      input.checked = now.operations.length === 0 || now.operations.includes(name);
    }
    if (![...code.options].some((option) => option.value === now['error-code'])) {
      code.append(el('option', {value: now['error-code']}, now['error-code']));
    }
    code.value = now['error-code'];
  }

  const order = inOrder(show);
  const change = (changes) => attempt(() => order.change(() => send('PUT', 'faults', changes)));
  const look = () => attempt(() => order.look(() => get('faults')));
  look();
  // The terminal and the tour change faults as well.
  const looks = setInterval(() => {
    if (!view.contains(document.activeElement) && !document.hidden) {
      look();
    }
  }, 5000);
  return {nodes: [view], close: () => clearInterval(looks)};
}
