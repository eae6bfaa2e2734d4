-- Ban a chat, or lift its ban. ARGV: chat, why (one line), 1 to ban or 0 to lift. Gives 1 if the chat
-- was banned before, else 0. What has to be known of a ban outlives the chat's record.
local chat, reason = ARGV[1], ARGV[2]
local bans = prefix .. 'bans'
local before = redis.call('HEXISTS', bans, chat)
if ARGV[3] == '1' then
  redis.call('HSET', bans, chat, math.floor(now_ms() / 1000) .. ' ' .. reason)
elseif before == 1 then
  even_if_full()
  redis.call('HDEL', bans, chat)
  redis.call('SREM', prefix .. 'bans:told', chat)
else
  return 0
end
redis.call('INCR', prefix .. 'bans:version')
return before
