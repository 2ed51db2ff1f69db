/**
 * Node's http module, without `import`: an ES import reads every export of a built-in module, and one of this one's loads Node's whole
 * fetch and WebSocket implementation, 75 ms of CPU before a runner is ready (measured on Node 26).
 */
export const { Agent, createServer, request } = process.getBuiltinModule('node:http');
