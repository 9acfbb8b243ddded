/** Where a test is told of the system calls that are made through a module. */
export interface Hook {
  /** @param name of the function, such as `"lstatSync"` */
  beforeCall(name: string): void;
}

/** A module such as `node:fs`, each of whose functions calls `beforeCall` first. */
export function hooked<M extends object>(module: M, hook: Hook): M {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(module)) {
    copy[name] = isCall(value) && /^[a-z]/.test(name) ? withOwnCalls(name, value, hook) : value;
  }
  return { ...copy, default: copy } as M;
}

type Call = (...given: readonly unknown[]) => unknown;

function isCall(value: unknown): value is Call {
  return typeof value === "function";
}

const OF_EVERY_FUNCTION: ReadonlySet<unknown> = new Set(["length", "name", "prototype"]);

/** `realpathSync` has a call of its own, `native`, and `read` tells `promisify` what it gives. */
function withOwnCalls(name: string, call: Call, hook: Hook): Call {
  const wrapped = wrap(name, call, hook);
  for (const key of Reflect.ownKeys(call)) {
    if (OF_EVERY_FUNCTION.has(key)) continue;
    const value: unknown = Reflect.get(call, key);
    Object.defineProperty(wrapped, key, { value: isCall(value) ? wrap(name, value, hook) : value });
  }
  return wrapped;
}

function wrap(name: string, call: Call, hook: Hook): Call {
  return (...given) => {
    hook.beforeCall(name);
    return call(...given);
  };
}
