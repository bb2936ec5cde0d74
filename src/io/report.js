// What becomes of exceptions that listeners throw.

/** Reports an exception as one that nobody caught: what comes next still comes. */
export const report = (error) =>
  queueMicrotask(() => {
    throw error;
  });
