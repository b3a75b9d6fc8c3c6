/** Attribute of a resource under which our own export keeps the events that OpenTelemetry has no word for, as JSON. */
export const ownEventsName = 'spanlight.events';
/** Latest sign of life of the run in our own export, epoch ms. */
export const heardName = 'spanlight.run.heard_at_ms';
