-- Erase what is stored about a chat, all at once. ARGV: chat, 1 to erase also what is not delivered,
-- number of lanes, the lanes, then the ids of its dead letters. Gives {why it was not erased: 'leased',
-- 'waiting' or ''; record, phones, messages remembered, unread answers, entries, dead letters, ban}:
-- the numbers of what was there.
local chat, undelivered, lanes = ARGV[1], ARGV[2] == '1', tonumber(ARGV[3])
local now = now_ms()
local record, said = prefix .. 'chat:' .. chat, prefix .. 'said:' .. chat
local unread = prefix .. 'unread:' .. chat
local phones, entries, dead, ban = 0, 0, #ARGV - 3 - lanes, 0
local leased = false

for n = 4, 3 + lanes do
  entries = entries + redis.call('LLEN', key('box', ARGV[n], chat))
  -- A lease whose time is over is that of a dead process.
  if redis.call('HEXISTS', key('lease', ARGV[n]), chat) == 1 then
    leased = leased or tonumber(redis.call('ZSCORE', key('due', ARGV[n]), chat) or 0) > now
  end
end
local found = {
  redis.call('EXISTS', record), phones, redis.call('HLEN', said), redis.call('ZCARD', unread),
  entries, dead, ban,
}
if leased then return {'leased', unpack(found)} end
if entries + dead > 0 and not undelivered then return {'waiting', unpack(found)} end

even_if_full()
for _, field in ipairs(redis.call('HKEYS', record)) do
  local phone = string.match(field, '^phone:') and prefix .. field
  if phone and redis.call('GET', phone) == chat then -- else another chat has given it since
    found[2] = found[2] + redis.call('DEL', phone)
  end
end
redis.call('DEL', record, said, unread, prefix .. 'turn:chat:' .. chat)
for n = 4, 3 + lanes do
  local lane = ARGV[n]
  redis.call('DEL', key('box', lane, chat))
  forget_head(lane, chat)
  release(lane, chat, now)
  redis.call('SREM', key('late', lane), chat)
end
for n = 4 + lanes, #ARGV do
  redis.call('HDEL', prefix .. 'dead', ARGV[n])
  redis.call('ZREM', prefix .. 'dead:time', ARGV[n])
end
local banned = redis.call('HGET', prefix .. 'bans', chat)
if banned then -- it stays, but not the words about it
  redis.call('HSET', prefix .. 'bans', chat, string.match(banned, '^%d+') .. ' ')
  found[7] = 1
end
return {'', unpack(found)}
