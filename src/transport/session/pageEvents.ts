/** Moments at which a page that slept must look at its line. */
export interface PageEvents {
  /** @returns unsubscribe */
  subscribe(listener: () => void): () => void;
}

/** `visibilitychange` to visible, `resume`, `pageshow` and `online`; nothing where there is no page. */
export const browserPage: PageEvents = {
  subscribe(listener) {
    if (typeof document === 'undefined' || typeof window === 'undefined') return () => undefined;
    const onVisibility = () => {
      if (document.visibilityState === 'visible') listener();
    };
    document.addEventListener('visibilitychange', onVisibility);
    document.addEventListener('resume', listener);
    window.addEventListener('pageshow', listener);
    window.addEventListener('online', listener);
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      document.removeEventListener('resume', listener);
      window.removeEventListener('pageshow', listener);
      window.removeEventListener('online', listener);
    };
  },
};
