// Verdicts: what the function would make of what is pasted, record by record, without sending anything.

import {el, heads, number, panel, text} from './dom.js';
import {send} from './api.js';
import {meaning, remedy} from './reasons.js';

const FORMS = {event: 'a Kinesis event', kpl: 'a record that the Kinesis Producer Library aggregated', document: 'one record', lines: 'a record a line'};
const EXAMPLE = [
  '{"type":"trip","trip_id":1,"pickup_latitude":40.75,"pickup_longitude":-73.99,"dropoff_latitude":40.71,"dropoff_longitude":-74.01,"total_amount":12.5}',
  '{"type":"trip","trip_id":2,"pickup_latitude":0,"pickup_longitude":-73.99,"dropoff_latitude":40.71,"dropoff_longitude":-74.01}',
  '{"type":"trip","trip_id":3,"pickup_latitude":40.75,"pickup_longitude":"west","dropoff_latitude":40.71,"dropoff_longitude":-74.01}',
  '{"type":"watermark","watermark":"2026-01-01T00:00:00Z"}',
  '{"type":"trip","trip_id":5,"pickup_latitude":40.75,',
].join('\n');

export function verdicts() {
  const input = el('textarea', {id: 'pasted', spellcheck: 'false', placeholder: 'An event, a record, JSON lines, or an aggregated record in base64'});
  const error = el('p', {class: 'error', role: 'alert', hidden: true});
  const result = el('div', {'aria-live': 'polite'});
  const file = el('input', {type: 'file', 'aria-label': 'A file to judge', onchange: () => file.files.length && judge(file.files[0])});
  const zone = el('div', {
    class: 'drop', ondragover: (event) => { event.preventDefault(); zone.dataset.over = true; }, ondragleave: () => { zone.dataset.over = false; },
    ondrop: (event) => { event.preventDefault(); zone.dataset.over = false; judge(event.dataTransfer.files[0]); },
  }, el('p', {}, 'Or drop a file, up to 6 MB.'), file);
  const view = panel('Verdicts', '',
    el('p', {class: 'lead'}, 'Paste or drop an event, a record, JSON lines or an aggregated record: this says what the function would make of each record, and why. Nothing is sent.'),
    el('label', {class: 'field', for: 'pasted'}, 'To be judged', input),
    el('div', {class: 'row end'}, el('button', {class: 'primary', type: 'button', onclick: () => judge(input.value)}, 'Judge'),
      el('button', {type: 'button', onclick: () => { input.value = EXAMPLE; judge(EXAMPLE); }}, 'Try five records')),
    zone, error, result);

  async function judge(what) {
    error.hidden = true;
    result.replaceChildren(el('p', {class: 'note'}, 'Judging …'));
    try {
      result.replaceChildren(...show(await send('POST', 'verdicts', what)));
    } catch (e) {
      result.replaceChildren();
      text(error, e.message);
      error.hidden = false;
    }
    file.value = '';
  }

  return {nodes: [view], close() {}};
}

function show(judgement) {
  const {received, clean} = judgement;
  const rest = received - judgement.records.length;
  return [
    el('p', {class: 'sum'}, el('span', {}, `Read as ${FORMS[judgement.form]}: `, el('b', {}, number(received)), ' received = ', el('b', {}, number(clean)), ' clean + ', el('b', {}, number(received - clean)), ' rejected')),
    el('div', {class: 'scroll tall stack', tabindex: 0, role: 'region', 'aria-label': 'Verdicts, scrollable'}, el('table', {}, heads('Record', 'Verdict', 'Why', 'Text'), el('tbody', {},
      judgement.records.map((record) => el('tr', {},
        el('td', {}, record.carrier + (record.index > 0 ? '.' + record.index : '')),
        el('td', {}, el('span', {class: 'tag', 'data-tone': record.clean ? 'good' : 'bad'}, record.clean ? 'clean' : record.reason + (record.field ? ':' + record.field : ''))),
        el('td', {class: 'say'}, record.clean ? '' : [meaning(record.reason), record.detail, remedy(record.reason)].filter(Boolean).join('. ')),
        el('td', {class: 'wide'}, marked(record))))))),
    rest > 0 && el('p', {class: 'note'}, `${number(rest)} more are not shown.`),
  ].filter(Boolean);
}

/** The text, with the place that is wrong marked. */
function marked({text: all, from, to}) {
  return from < 0 ? [all] : [all.slice(0, from), el('mark', {}, all.slice(from, to) || ' '), all.slice(to)];
}
