-- Drop finished entries and store what follows from them, at once. ARGV: lease in ms, then for each
-- chat: lane, chat, fence, id of the head, entries done, keep the lease (1 or 0), number of
-- follow-ups, (lane, chat, entry)*. Gives 1 for each chat settled, 0 where the lease was lost.
-- Where the lease is there but the head is another one, an earlier call, whose answer was lost, has
-- settled it: 1.
local lease_ms = tonumber(ARGV[1])
local now = now_ms()
local settled = {}
even_if_full()
local i = 2
while i <= #ARGV do
  local lane, chat, fence, id, done, keep = unpack(ARGV, i, i + 5)
  local follow_ups = tonumber(ARGV[i + 6])
  i = i + 7
  local mine = has_lease(lane, chat, fence)
  if holds(lane, chat, fence, id) then
    for n = i, i + 3 * (follow_ups - 1), 3 do
      append(ARGV[n], ARGV[n + 1], ARGV[n + 2], now)
    end
    redis.call('LTRIM', key('box', lane, chat), done, -1)
    forget_head(lane, chat)
    if keep == '1' then
      keep_lease(lane, chat, now + lease_ms)
    else
      release(lane, chat, now)
    end
  end
  i = i + 3 * follow_ups
  settled[#settled + 1] = mine and 1 or 0
end
return settled
