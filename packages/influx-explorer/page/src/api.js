// Requests to the explorer, all below the path of the page.

const failed = async (response) => {
  let message = `the explorer answered ${response.status}`;
  try {
    message = (await response.json()).error || message;
  } catch {}
  const error = new Error(message);
  error.status = response.status;
  return error;
};

const send = async (path, options) => {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("the explorer does not respond: has it ended?");
  }
  if (!response.ok) throw await failed(response);
  return response;
};

export const get = async (path, params = {}) => {
  const query = new URLSearchParams(params).toString();
  return (await send(query ? `${path}?${query}` : path)).json();
};

export const post = async (path, body = {}, signal) => (await raw(path, body, signal)).json();

export const raw = (path, body, signal) =>
  send(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
