// The calls of the control API that the page makes. Their paths are relative to the
// page, so they are about the page's own sandbox.

// call makes a call and returns its answer. The error says what the server said.
export async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, { method, body, cache: "no-store" });
  } catch {
    throw new Error("The server does not answer.");
  }
  const text = await response.text();
  let answer;
  try {
    answer = text === "" ? null : JSON.parse(text);
  } catch {
    throw new Error(`The server answered ${response.status}, which is no JSON.`);
  }
  if (!response.ok) {
    const error = new Error(answer?.error ?? `The server answered ${response.status}.`);
    error.status = response.status;
    throw error;
  }
  return answer;
}

// follow streams the journal. On is called with the kind of each event, its data,
// and its number; link with the state of the connection: live, connecting or lost.
export function follow(on, link) {
  const source = new EventSource("events");
  source.onopen = () => link("live");
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) {
      link("connecting"); // the browser tries again
      return;
    }
    link("lost"); // the answer was an error: its sandbox was removed, perhaps
    setTimeout(() => follow(on, link), 2000);
  };
  for (const kind of ["start", "request", "clear", "state"]) {
    source.addEventListener(kind, (event) => {
      const number = Number(event.lastEventId.split("-")[1]);
      on(kind, JSON.parse(event.data), number);
    });
  }
}
