'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { type LogLevel, logLevels } from '../../model/log.ts';
import { Button } from '../internals/Button.tsx';
import { SearchField } from '../internals/SearchField.tsx';
import { SelectField } from '../internals/SelectField.tsx';
import { useLogViewerContext } from './LogViewerContext.ts';

/** Level, search, wrap and follow. */
export function LogViewerToolbar() {
  const { messages, format } = useMonitorContext();
  const words = messages.history;
  const context = useLogViewerContext();
  const { search, setSearch, matches, matchAt, stepMatch, isWrapped, isFollowing } = context;
  const result =
    search.trim() === ''
      ? undefined
      : matches.length === 0
        ? messages.common.matches('0')
        : `${format.exactCount(matchAt + 1)}/${format.exactCount(matches.length)}`;
  const labelOf = (level: LogLevel) => words.fromLevel[level];
  return (
    <div className="sl-log-viewer__tools" role="group" aria-label={words.logTools}>
      <SearchField
        className="sl-log-viewer__search"
        value={search}
        onChange={setSearch}
        label={words.searchLog}
        result={result}
        keyHint="/"
        onStep={stepMatch}
      />
      <SelectField
        label={words.levelFilter}
        anyLabel={words.allLevels}
        value={context.fromLevel && labelOf(context.fromLevel)}
        options={logLevels.slice(1).map(labelOf)}
        onChange={(label) => context.setFromLevel(logLevels.find((level) => labelOf(level) === label))}
      />
      <Button size="s" aria-pressed={isWrapped} aria-keyshortcuts="w" onClick={() => context.setWrapped(!isWrapped)}>
        {words.wrap}
      </Button>
      <Button size="s" icon="down" aria-pressed={isFollowing} onClick={() => context.setFollowing(!isFollowing)}>
        {words.follow}
      </Button>
    </div>
  );
}
