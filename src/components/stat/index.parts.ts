export {
  StatCardError as Error,
  StatCardFoot as Foot,
  StatCardLabel as Label,
  StatCardRoot as Root,
  type StatCardRootProps as RootProps,
  StatCardSkeleton as Skeleton,
  StatCardSparkline as Sparkline,
  StatCardTrend as Trend,
  StatCardValue as Value,
} from './StatCard.tsx';
