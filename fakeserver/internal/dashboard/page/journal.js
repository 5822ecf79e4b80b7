// The requests that the page knows: those of the server's journal.

const most = 100_000; // requests kept; the oldest go first

export class Journal {
  constructor() {
    this.reset();
  }

  reset() {
    this.requests = []; // in the order of their arrival, once sorted
    this.bySeq = new Map();
    this.sorted = true;
    this.injected = 0;
  }

  // put adds a request, or what is new about it. Event is the number of the event.
  put(request, event) {
    request.event = event;
    const known = this.bySeq.get(request.seq);
    if (known) {
      if (!known.fault && request.fault) this.injected++;
      Object.assign(known, request);
      return known;
    }
    if (request.fault) this.injected++;
    this.bySeq.set(request.seq, request);
    if (this.requests.length > 0 && this.requests.at(-1).seq > request.seq) this.sorted = false;
    this.requests.push(request);
    return request;
  }

  // clear forgets the requests that were answered until an event.
  clear(until) {
    this.keep((r) => r.end === "pending" || r.event > until);
  }

  keep(wanted) {
    this.requests = this.requests.filter(wanted);
    this.bySeq = new Map(this.requests.map((r) => [r.seq, r]));
    this.injected = this.requests.filter((r) => r.fault).length;
  }

  // all are the requests in the order of their arrival.
  all() {
    if (!this.sorted) {
      this.requests.sort((a, b) => a.seq - b.seq);
      this.sorted = true;
    }
    if (this.requests.length > most * 1.1) {
      const first = this.requests.at(-most).seq;
      this.keep((r) => r.seq >= first);
    }
    return this.requests;
  }
}
