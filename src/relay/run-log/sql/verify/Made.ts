/** How far the tables follow the log. */
export interface Made {
  /** By what they say. Rows that go further were cut off in the middle: they are made anew at the next start. */
  readonly at: number;
  /** Everything up to here must be in them. Where several relays write, the newest events are looked at again at each start. */
  readonly wholeTo: number;
}
