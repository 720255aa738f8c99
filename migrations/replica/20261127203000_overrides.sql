-- What a decision overrode, as the bar said it when it was made here: the card to take it back says it, also after a restart.
alter table decisions add column overrides text;
