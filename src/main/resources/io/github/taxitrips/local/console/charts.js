// Throughput, rejections by reason, what was sent again, and latency, over the last five minutes.

/* global uPlot */

import {el, figure, millis, panel, svg} from './dom.js';
import {store, unwatch, watch} from './store.js';

const REASONS = 3;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
}

/** Each: title, how a value is written, and the lines with their colour and value of a second. */
const CHARTS = [
  {title: 'Throughput, records/s', write: figure, lines: () => [
    ['put', 'line-strong', (s) => s.put],
    ['received', 'wait', (s) => s.measures.received || 0],
    ['delivered', 'good', (s) => s.measures.delivered || 0],
  ]},
  {title: 'Rejected by reason, records/s', write: figure, lines: () => {
    const sums = {};
    for (const second of store.seconds) {
      for (const [reason, count] of Object.entries(second.rejected)) {
        const short = reason.split(':')[0];
        sums[short] = (sums[short] || 0) + count;
      }
    }
    const most = Object.keys(sums).sort((a, b) => sums[b] - sums[a]).slice(0, REASONS);
    const colours = ['bad', 'accent', 'wait', 'line-strong'];
    return most.map((reason, i) => [reason, colours[i], (s) => Object.entries(s.rejected)
      .reduce((all, [name, count]) => all + (name.split(':')[0] === reason ? count : 0), 0)]);
  }},
  {title: 'Firehose, a second', write: figure, lines: () => [
    ['calls', 'wait', (s) => s.measures.calls || 0],
    ['sent again', 'bad', (s) => s.measures.retried || 0],
    ['undelivered', 'accent', (s) => s.measures.undelivered || 0],
  ]},
  {title: 'Latency, longest in a second', write: millis, lines: () => [
    ['record age', 'wait', (s) => s.age],
    ['delivery', 'accent', (s) => s.took],
  ]},
];

export function charts(span = 'span5', layout = 'charts') {
  const boxes = CHARTS.map((chart) => ({chart, keys: el('span', {class: 'keys'}), plot: el('div', {class: 'plot'})}));
  const view = panel('Last five minutes', span, el('div', {class: layout}, boxes.map((box) => el('figure', {class: 'chart', role: 'group', 'aria-label': box.chart.title},
    el('h3', {}, box.chart.title, box.keys), box.plot))));
  view.id = 'charts';

  function draw(kind) {
    if (kind === 'invocations' || !view.isConnected) {
      return;
    }
    for (const box of boxes) {
      const lines = box.chart.lines();
      const times = store.seconds.map((second) => Date.parse(second.at) / 1000);
      const data = [times, ...lines.map(([, , value]) => store.seconds.map(value))];
      const names = lines.map(([name]) => name).join();
      const width = Math.max(160, Math.floor(box.plot.clientWidth));
      const height = box.plot.clientHeight;
      if (!box.u || box.names !== names) {
        box.u?.destroy();
        box.names = names;
        box.u = new uPlot(options(width, height, box.chart, lines), data, box.plot);
        box.u.root.setAttribute('role', 'img');
        box.keys.replaceChildren(...lines.map(([name, tone]) => el('span', {class: 'key'},
          svg('svg', {viewBox: '0 0 10 3', 'aria-hidden': 'true'}, svg('rect', {width: 10, height: 3, fill: colour(tone)})), name)));
      } else {
        if (box.u.width !== width || box.u.height !== height) {
          box.u.setSize({width, height});
        }
        box.u.setData(data);
      }
      box.u.root.setAttribute('aria-label', box.chart.title + ', lately ' + (lines.map(([name, , value]) =>
        name + ' ' + box.chart.write(store.seconds.length ? value(store.seconds.at(-1)) : 0)).join(', ') || 'none'));
    }
  }

  function restyle() {
    for (const box of boxes) {
      box.names = null;
    }
    draw();
  }

  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', restyle);
  watch(draw);
  const size = new ResizeObserver(() => draw());
  size.observe(view);
  return {nodes: [view], close() {
    scheme.removeEventListener('change', restyle);
    size.disconnect();
    unwatch(draw);
    boxes.forEach((box) => box.u?.destroy());
  }};
}

function options(width, height, chart, lines) {
  const axis = {
    stroke: colour('ink-soft'), font: '11px ' + colour('sans'), grid: {stroke: colour('line'), width: 1}, ticks: {show: false},
  };
  return {
    width, height, padding: [6, 22, 0, 0], cursor: {show: false}, legend: {show: false},
    scales: {y: {range: (u, least, most) => [0, Math.max(1, (most || 0) * 1.1)]}},
    axes: [
      {...axis, size: 24, space: 90, grid: {show: false}, values: (u, times) => times.map((time) => new Date(time * 1000).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'}))},
      {...axis, size: 52, space: 34, values: (u, values) => values.map((value) => chart.write(value))},
    ],
    series: [{}, ...lines.map(([name, tone]) => ({label: name, stroke: colour(tone), width: 1.5, points: {show: false}}))],
  };
}
