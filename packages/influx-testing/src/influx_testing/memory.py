"""memory://"""
