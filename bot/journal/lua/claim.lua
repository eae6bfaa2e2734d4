-- Lease chats that are due. ARGV: lane, chats at most, entries of each at most, lease in ms, grace in
-- ms. Gives {ms until the next chat is due or -1,
-- {chat, fence, interrupted, tries, progress, entries, record}*}.
local lane, most_chats, most_entries = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local lease_ms, grace_ms = tonumber(ARGV[4]), tonumber(ARGV[5])
local now = now_ms()
local due = key('due', lane)
local claims = {}

local function lease(chat, interrupted)
  local fence = new_lease(lane, chat, now + lease_ms)
  redis.call('SREM', key('late', lane), chat)
  claims[#claims + 1] = {
    chat,
    fence,
    interrupted,
    redis.call('HGET', key('tries', lane), chat) or '',
    redis.call('GET', key('progress', lane, chat)) or '',
    redis.call('LRANGE', key('box', lane, chat), 0, most_entries - 1),
    record_of(chat),
  }
end

even_if_full()
mind_the_clock(lane, now)
for _, chat in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, most_chats)) do
  -- A lease that nobody released: its owner died, or was too slow, in the middle of its work. Or
  -- this server was away for long: then the owner settles within the grace, before another begins.
  local interrupted = redis.call('HEXISTS', key('lease', lane), chat)
  if interrupted == 1 and redis.call('SADD', key('late', lane), chat) == 1 then
    redis.call('ZADD', due, now + grace_ms, chat)
  else
    lease(chat, interrupted)
  end
end
local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
local wait = first[2] and math.max(0, tonumber(first[2]) - now) or -1
return {wait, claims}
