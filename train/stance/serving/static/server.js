// Asks the server. What it says is JSON, and so is what it is told.

export class Failed extends Error {
  constructor(message, status) {
    super(message);
    this.status = status; // 0: the server was not reached
  }
}

const SECONDS = 20;

export async function ask(path, asked = {}) {
  let response, answer;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
      signal: AbortSignal.timeout(1000 * SECONDS),
    });
    answer = await response.json();
  } catch {
    throw new Failed("the server does not answer. Is it still running?", 0);
  }
  if (!response.ok) throw new Failed(answer.error || "the server refused it", response.status);
  return answer;
}
