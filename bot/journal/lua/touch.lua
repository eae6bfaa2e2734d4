-- Write something, whatever happens, for WAIT to wait for.
even_if_full()
redis.call('INCR', prefix .. 'touched')
return 1
