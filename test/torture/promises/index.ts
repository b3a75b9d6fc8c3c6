import type { TorturePromise } from '../rig/types.ts';

/** Every promise of the harness, loaded when its turn comes. */
export const promises = {
  R1: async () => (await import('./r1.ts')).r1,
  R2: async () => (await import('./r2.ts')).r2,
  R3: async () => (await import('./r3.ts')).r3,
  R4: async () => (await import('./r4.ts')).r4,
  R5: async () => (await import('./r5.ts')).r5,
  R8: async () => (await import('./r8.ts')).r8,
  R9: async () => (await import('./r9.ts')).r9,
  R11: async () => (await import('./r11.ts')).r11,
  R12: async () => (await import('./r12.ts')).r12,
  R15: async () => (await import('./r15.ts')).r15,
  R18: async () => (await import('./r18.ts')).r18,
  R19: async () => (await import('./r19.ts')).r19,
  R14: async () => (await import('./r14.ts')).r14,
  R13: async () => (await import('./r13.ts')).r13,
} as const satisfies Readonly<Record<string, () => Promise<TorturePromise>>>;

export type PromiseId = keyof typeof promises;
export const promiseIds = Object.keys(promises) as PromiseId[];
