/** How something that the relay leans on stands. */
export interface DependencyState {
  readonly isUp: boolean;
  /** Why it is not, `area.what`; never an address or a secret. */
  readonly code?: string | undefined;
  /** Since when it stands so, epoch ms. */
  readonly sinceMs: number;
}
