/** The result of work that is done once, and again after it failed. */
export interface Lazy<T> {
  get(): Promise<T>;
  forget(): void;
}

export function lazy<T>(make: () => Promise<T>): Lazy<T> {
  let made: Promise<T> | undefined;
  return {
    get() {
      const own = (made ??= make());
      own.catch(() => {
        if (made === own) made = undefined;
      });
      return own;
    },
    forget() {
      made = undefined;
    },
  };
}
