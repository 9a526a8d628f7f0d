def judge(galen, folder): return []
