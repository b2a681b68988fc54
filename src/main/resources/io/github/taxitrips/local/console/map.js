// New York on a canvas: pick-ups and drop-offs of the trips that pass, over the boroughs' outlines. New points fade in; all that
// are older are in one picture, as a density, so that 100,000 stay fluid. Pan and zoom by mouse, touch and keyboard.

import {el, number, panel, svg, text} from './dom.js';
import {on, told} from './api.js';

const MOST = 100_000;
const FADE_MILLIS = 700;
const HOME = {longitude: -73.93, latitude: 40.735, span: 0.37};
const CLOSEST = 0.004;
const WIDEST = 360;
const STEP = 60;

/** Milliseconds from one picture to the next: smooth enough for points that fade, and half the work. */
const FRAME = 30;

// What has passed is kept from one view to the next: longitude, latitude, kind (0 pick-up, 1 drop-off, 2 rejected or not
// delivered) in a ring.
const xs = new Float64Array(MOST);
const ys = new Float64Array(MOST);
const kinds = new Uint8Array(MOST);
const born = new Float64Array(MOST);
let count = 0;
let left = 0;
const drawers = new Set();

function add(longitude, latitude, kind, at) {
  const i = count++ % MOST;
  xs[i] = longitude;
  ys[i] = mercator(latitude);
  kinds[i] = kind;
  born[i] = at;
}

on('points', (event) => {
  left += event.left;
  // Spread over the time to the next ones, so that they rain rather than blink.
  const now = performance.now();
  event.points.forEach((point, i) => {
    const at = now + 250 * i / event.points.length;
    const bad = point[4] > 0;
    add(point[0], point[1], bad ? 2 : 0, at);
    add(point[2], point[3], bad ? 2 : 1, at);
  });
  drawers.forEach((drawer) => drawer());
});

/** Shows places in place of what passes: [longitude, latitude] each. */
let shown = null;

export function put(points) {
  shown = {xs: Float64Array.from(points, ([x]) => x), ys: Float64Array.from(points, ([, y]) => mercator(y))};
}

function mercator(latitude) {
  const bounded = Math.max(-85, Math.min(85, latitude)) * Math.PI / 180;
  return Math.log(Math.tan(Math.PI / 4 + bounded / 2)) * 180 / Math.PI;
}

let boroughs;

async function outlines() {
  boroughs ??= fetch('/console/boroughs.json').then((response) => response.json())
    .then((all) => all.map((rings) => rings.map((ring) => ring.map(([x, y]) => [x, mercator(y)]))));
  return boroughs;
}

export function map(span = 'span7') {
  const canvas = el('canvas', {
    tabindex: 0, role: 'img',
    'aria-label': 'Map of New York with the trips that pass. Arrow keys move it, plus and minus zoom, 0 shows all of the city.',
  });
  const said = el('p', {class: 'note'});
  const tool = (label, name, action) => el('button', {type: 'button', 'aria-label': name, title: name, onclick: action}, label);
  const tools = el('div', {class: 'maptools'},
    tool('+', 'Zoom in', () => zoom(0.6)), tool('−', 'Zoom out', () => zoom(1 / 0.6)), tool('⌂', 'Show the whole city', home));
  const key = (name, words) => el('span', {}, svg('svg', {viewBox: '0 0 9 9', 'aria-hidden': 'true'}, svg('circle', {cx: 4.5, cy: 4.5, r: 3.6, class: 'k-' + name})), words);
  const keys = shown
    ? el('div', {class: 'keys'}, key('pick', 'the answer’s places'), el('button', {class: 'quiet', type: 'button', onclick: () => { shown = null; keys.remove(); stale = true; request(); }}, 'Show what passes again'))
    : el('div', {class: 'keys'}, key('pick', 'pick-up'), key('drop', 'drop-off'), key('bad', 'rejected or not delivered'));
  const box = el('div', {class: 'mapbox'}, canvas, tools);
  const view = panel('New York', span, box, keys);
  view.id = 'map';
  view.head.append(said);

  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const layer = document.createElement('canvas');
  let place = {x: HOME.longitude, y: mercator(HOME.latitude), span: HOME.span};
  let land = [];
  let stale = true;
  let settled = 0;
  let asked = false;
  let closed = false;
  let width = 0;
  let height = 0;
  let density = null;
  let most = 0;
  let drawn = 0;

  function colours() {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue('--' + name).trim();
    return {water: of('water'), land: of('land'), coast: of('coast'), points: ['accent', 'wait', 'bad'].map((name) => rgb(of(name)))};
  }
  let tint = colours();

  function scale() {
    return width / (place.span * Math.max(1, width / height));
  }

  /** Draws outlines and all older points into the layer; what is new comes on top of it. */
  function settle(now) {
    const k = scale();
    const pixel = devicePixelRatio;
    if (stale) {
      layer.width = width * pixel;
      layer.height = height * pixel;
      const cells = layer.width * layer.height * 3;
      density = density?.length === cells ? density.fill(0) : new Uint16Array(cells);
      most = 0;
      settled = Math.max(0, count - MOST);
      stale = false;
    }
    const w = layer.width;
    const h = layer.height;
    const size = Math.max(1, Math.round(pixel * (place.span > 0.06 ? 1.6 : 3)));
    const plot = (x, y, kind) => {
      const px = Math.round(((x - place.x) * k + width / 2) * pixel);
      const py = Math.round((height / 2 - (y - place.y) * k) * pixel);
      for (let dy = 0; dy < size; dy++) {
        for (let dx = 0; dx < size; dx++) {
          if (px + dx >= 0 && py + dy >= 0 && px + dx < w && py + dy < h) {
            const cell = ((py + dy) * w + px + dx) * 3 + kind;
            const value = density[cell] < 0xffff ? ++density[cell] : 0xffff;
            if (value > most) {
              most = value;
            }
          }
        }
      }
    };
    if (shown) {
      if (settled >= 0) {
        for (let i = 0; i < shown.xs.length; i++) {
          plot(shown.xs[i], shown.ys[i], 0);
        }
        settled = -1;
      }
    } else {
      while (settled < count && (born[settled % MOST] + FADE_MILLIS < now || still.matches)) {
        const i = settled++ % MOST;
        plot(xs[i], ys[i], kinds[i]);
      }
    }
    const g = layer.getContext('2d');
    g.setTransform(pixel, 0, 0, pixel, 0, 0);
    g.fillStyle = tint.water;
    g.fillRect(0, 0, width, height);
    g.fillStyle = tint.land;
    g.strokeStyle = tint.coast;
    g.lineWidth = 1;
    g.lineJoin = 'round';
    for (const rings of land) {
      g.beginPath();
      for (const ring of rings) {
        ring.forEach(([x, y], n) => g[n ? 'lineTo' : 'moveTo']((x - place.x) * k + width / 2, height / 2 - (y - place.y) * k));
        g.closePath();
      }
      g.fill('evenodd');
      g.stroke();
    }
    if (most > 0 && w && h) {
      const picture = g.getImageData(0, 0, w, h);
      const data = picture.data;
      const full = Math.log1p(Math.min(most, 40));
      for (let i = 0, d = 0; d < density.length; i += 4, d += 3) {
        for (let kind = 0; kind < 3; kind++) {
          const n = density[d + kind];
          if (n) {
            const alpha = Math.min(1, 0.45 + 0.55 * Math.log1p(n) / full);
            const c = tint.points[kind];
            data[i] += (c[0] - data[i]) * alpha;
            data[i + 1] += (c[1] - data[i + 1]) * alpha;
            data[i + 2] += (c[2] - data[i + 2]) * alpha;
          }
        }
      }
      g.putImageData(picture, 0, 0);
    }
  }

  let settledAt = -Infinity;

  function summary() {
    if (shown) {
      return `${number(shown.xs.length)} places of the answer`;
    }
    if (count === 0) {
      return told()?.columns.some((column) => column.name === 'pickup_longitude')
        ? 'no trip has passed yet' : 'the table has no pickup_longitude and the like, so there is nothing to draw';
    }
    return `${number(Math.min(count, MOST) / 2)} trips shown` + (left ? `, a sample: ${number(left)} more passed` : '');
  }

  function draw(now) {
    asked = false;
    if (closed || !canvas.isConnected) {
      return;
    }
    if (now - drawn < FRAME) {
      request();
      return;
    }
    drawn = now;
    width = canvas.clientWidth;
    height = canvas.clientHeight;
    const pixel = devicePixelRatio;
    if (!width || !height) {
      return;
    }
    if (canvas.width !== Math.round(width * pixel) || canvas.height !== Math.round(height * pixel)) {
      canvas.width = Math.round(width * pixel);
      canvas.height = Math.round(height * pixel);
      stale = true;
    }
    if (stale || now - settledAt > 250) {
      settle(now);
      settledAt = now;
      text(said, summary());
    }
    const g = canvas.getContext('2d');
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.drawImage(layer, 0, 0);
    if (shown || still.matches) {
      if (!shown && settled < count) {
        request();
      }
      return;
    }
    g.setTransform(pixel, 0, 0, pixel, 0, 0);
    const k = scale();
    let fresh = false;
    for (let n = Math.max(settled, count - MOST); n < count; n++) {
      const i = n % MOST;
      const age = (now - born[i]) / FADE_MILLIS;
      fresh = true;
      if (age > 0) {
        const c = tint.points[kinds[i]];
        g.fillStyle = `rgba(${c[0]},${c[1]},${c[2]},${Math.max(0.35, 1 - age * 0.65)})`;
        g.beginPath();
        g.arc((xs[i] - place.x) * k + width / 2, height / 2 - (ys[i] - place.y) * k, 1.4 + 3 * Math.max(0, 1 - age), 0, 7);
        g.fill();
      }
    }
    if (fresh) {
      request();
    }
  }

  function request() {
    if (!asked && !closed) {
      asked = true;
      requestAnimationFrame(draw);
    }
  }

  function move(dx, dy) {
    const k = scale();
    place = {...place, x: Math.max(-180, Math.min(180, place.x - dx / k)), y: Math.max(-170, Math.min(170, place.y + dy / k))};
    stale = true;
    request();
  }

  function zoom(factor, x = width / 2, y = height / 2) {
    const before = scale();
    const at = {x: (x - width / 2) / before + place.x, y: (height / 2 - y) / before + place.y};
    place = {...place, span: Math.max(CLOSEST, Math.min(WIDEST, place.span * factor))};
    const after = scale();
    place = {...place, x: at.x - (x - width / 2) / after, y: at.y - (height / 2 - y) / after};
    stale = true;
    request();
  }

  function home() {
    place = {x: HOME.longitude, y: mercator(HOME.latitude), span: HOME.span};
    stale = true;
    request();
  }

  const fingers = new Map();
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
  });
  canvas.addEventListener('pointermove', (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) {
      return;
    }
    const others = [...fingers.entries()].filter(([id]) => id !== event.pointerId);
    if (others.length === 1) {
      const [ox, oy] = others[0][1];
      const from = Math.hypot(before[0] - ox, before[1] - oy);
      const to = Math.hypot(event.offsetX - ox, event.offsetY - oy);
      if (to > 0 && from > 0) {
        zoom(from / to, (event.offsetX + ox) / 2, (event.offsetY + oy) / 2);
      }
    } else {
      move(event.offsetX - before[0], event.offsetY - before[1]);
    }
    fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
  });
  for (const end of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
  canvas.addEventListener('wheel', (event) => {
    // Without a key the page scrolls, as a reader expects.
    if (event.ctrlKey || document.activeElement === canvas) {
      event.preventDefault();
      zoom(Math.exp(event.deltaY * 0.0015), event.offsetX, event.offsetY);
    }
  }, {passive: false});
  canvas.addEventListener('keydown', (event) => {
    const act = {
      ArrowLeft: () => move(STEP, 0), ArrowRight: () => move(-STEP, 0), ArrowUp: () => move(0, STEP), ArrowDown: () => move(0, -STEP),
      '+': () => zoom(0.6), '=': () => zoom(0.6), '-': () => zoom(1 / 0.6), 0: home,
    }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  const restyle = () => {
    tint = colours();
    stale = true;
    request();
  };
  scheme.addEventListener('change', restyle);
  const size = new ResizeObserver(request);
  size.observe(canvas);
  drawers.add(request);
  outlines().then((all) => {
    land = all;
    stale = true;
    request();
  }).catch(() => text(said, 'The outlines could not be loaded.'));
  return {nodes: [view], shown: request, close() {
    closed = true;
    scheme.removeEventListener('change', restyle);
    size.disconnect();
    drawers.delete(request);
  }};
}

function rgb(hex) {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}
