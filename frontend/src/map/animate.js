// Cases travelling over the map: each a dot on the line that it is on at a moment. Drawn on a canvas over the picture.

const SAMPLES = 48;
const WHOLE_SECONDS = 60;
const SIZE = 4;

export class Animation {
  /**
   * `canvas` lies over the picture; `where` answers {nodes, edges, path(key), transform}; `told` hears the moment and
   * whether it plays.
   */
  constructor(canvas, where, told) {
    Object.assign(this, { canvas, where, told, data: null, now: 0, speed: 1, isPlaying: false, lines: new Map() });
  }

  /** `data`: {from, to, keys, cases: [{colour, at: [place in keys], times: [seconds]}]}; the colours by CSS name. */
  load(data, colours) {
    this.data = data;
    this.colours = colours;
    this.now = data.from;
    this.rescene();
  }

  /** The picture has changed: lines are measured anew, and cases pass over what is not shown. */
  rescene() {
    this.lines = new Map();
    if (!this.data) return;
    const { nodes } = this.where();
    this.ways = this.data.cases.map(({ colour, at, times }) => {
      const way = { colour, keys: [], times: [] };
      at.forEach((place, i) => {
        const key = this.data.keys[place];
        if (!nodes.has(key)) return;
        way.keys.push(key);
        way.times.push(times[i]);
      });
      return way;
    });
    this.draw();
  }

  play() {
    if (!this.data || this.isPlaying) return;
    if (this.now >= this.data.to) this.now = this.data.from;
    this.isPlaying = true;
    let last = performance.now();
    const step = (time) => {
      if (!this.isPlaying) return;
      const span = this.data.to - this.data.from;
      this.now = Math.min(this.data.to, this.now + ((time - last) / 1000) * (span / WHOLE_SECONDS) * this.speed);
      last = time;
      this.draw();
      if (this.now >= this.data.to) this.pause();
      else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
    this.told(this);
  }

  pause() {
    this.isPlaying = false;
    this.told(this);
  }

  seek(share) {
    this.now = this.data.from + (this.data.to - this.data.from) * share;
    this.draw();
  }

  close() {
    this.isPlaying = false;
    this.data = null;
    this.clear();
  }

  clear() {
    const { width, height } = this.canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    return context;
  }

  draw() {
    if (!this.data) return;
    const context = this.clear();
    const { transform } = this.where();
    const paper = getComputedStyle(this.canvas).getPropertyValue("--wb-paper");
    let moving = 0;
    for (const way of this.ways) {
      const at = this.placeOf(way);
      if (!at) continue;
      moving += 1;
      const [x, y] = transform.apply([at.x, at.y]);
      context.beginPath();
      context.arc(x, y, SIZE, 0, 2 * Math.PI);
      context.fillStyle = this.colours[way.colour % this.colours.length];
      context.fill();
      context.lineWidth = 1;
      context.strokeStyle = paper;
      context.stroke();
    }
    this.moving = moving;
    this.told(this);
  }

  // Where a case is: on the line between its last event and its next one; before the first and after the last nowhere.
  placeOf({ keys, times }) {
    if (!times.length || this.now < times[0] || this.now >= times.at(-1)) return null;
    let [low, high] = [0, times.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (times[middle] <= this.now) low = middle;
      else high = middle;
    }
    const span = times[high] - times[low];
    const share = span > 0 ? (this.now - times[low]) / span : 1;
    const points = this.line(keys[low], keys[high]);
    const place = share * (points.length - 1);
    const i = Math.min(points.length - 2, Math.floor(place));
    const [one, other] = [points[i], points[i + 1]];
    return { x: one.x + (other.x - one.x) * (place - i), y: one.y + (other.y - one.y) * (place - i) };
  }

  line(source, target) {
    const key = JSON.stringify([source, target]);
    if (!this.lines.has(key)) {
      const { nodes, path } = this.where();
      const drawn = path(key);
      this.lines.set(key, drawn ? sampled(drawn) : [nodes.get(source), nodes.get(target)]);
    }
    return this.lines.get(key);
  }
}

function sampled(path) {
  const length = path.getTotalLength();
  return Array.from({ length: SAMPLES + 1 }, (_, i) => path.getPointAtLength((length * i) / SAMPLES));
}
