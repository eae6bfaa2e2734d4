-- Drop finished entries and store what follows from them, at once. ARGV: lease in ms, the room (see
-- common.lua), then for each chat: lane, chat, fence, id of the head, entries done, keep the lease (1 or
-- 0), number of follow-ups, (lane, chat, entry)*.
-- Gives for each chat {0} where the lease was lost, else {1, 1 if the chat was given back and something
-- waits in it, for each follow-up the fence of its chat's new lease or ''}.
-- Where the lease is there but the head is another one, an earlier call, whose answer was lost, has
-- settled it: {1, 0}.
local lease_ms = tonumber(ARGV[1])
local room, i = read_room(2)
local now = now_ms()
local settled = {}
even_if_full()
while i <= #ARGV do
  local lane, chat, fence, id, done, keep = unpack(ARGV, i, i + 5)
  local follow_ups = tonumber(ARGV[i + 6])
  i = i + 7
  local result = {has_lease(lane, chat, fence) and 1 or 0, 0}
  if holds(lane, chat, fence, id) then
    for n = i, i + 3 * (follow_ups - 1), 3 do
      result[#result + 1] =
        append_or_lease(room, ARGV[n], ARGV[n + 1], ARGV[n + 2], now, lease_ms)
    end
    redis.call('LTRIM', key('box', lane, chat), done, -1)
    forget_head(lane, chat)
    if keep == '1' then
      keep_lease(lane, chat, now + lease_ms)
    else
      result[2] = release(lane, chat, now)
    end
  end
  i = i + 3 * follow_ups
  settled[#settled + 1] = result
end
return settled
