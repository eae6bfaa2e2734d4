-- Which version the layout of the store has. ARGV: the version that a fresh store gets, the lanes.
-- The first layout was kept without a version: then what is there (the number of the last lease, or
-- a mailbox that was never leased) tells that the store is not fresh. Gives {version, noted already}.
local known = redis.call('GET', prefix .. 'version')
if known then return {tonumber(known), 1} end
if redis.call('EXISTS', prefix .. 'fence') == 1 then return {1, 0} end
for i = 2, #ARGV do
  if redis.call('EXISTS', key('due', ARGV[i])) == 1 then return {1, 0} end
end
return {tonumber(ARGV[1]), 0}
