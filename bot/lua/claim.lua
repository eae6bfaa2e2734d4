-- Lease chats that are due. ARGV: lane, chats at most, entries of each at most, lease in ms.
-- Gives {ms until the next chat is due or -1, {chat, fence, interrupted, tries, progress, entries}*}.
local lane, most_chats, most_entries = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local lease_ms = tonumber(ARGV[4])
local now = now_ms()
local due = key('due', lane)
local claims = {}
for _, chat in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, most_chats)) do
  local fence = redis.call('INCR', prefix .. 'fence')
  -- A lease that nobody released: its owner died, or was too slow, in the middle of its work.
  local interrupted = redis.call('HEXISTS', key('lease', lane), chat)
  redis.call('HSET', key('lease', lane), chat, fence)
  redis.call('ZADD', due, now + lease_ms, chat)
  claims[#claims + 1] = {
    chat,
    tostring(fence),
    interrupted,
    redis.call('HGET', key('tries', lane), chat) or '',
    redis.call('GET', key('progress', lane, chat)) or '',
    redis.call('LRANGE', key('box', lane, chat), 0, most_entries - 1),
  }
end
local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
local wait = first[2] and math.max(0, tonumber(first[2]) - now) or -1
return {wait, claims}
